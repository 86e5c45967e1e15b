// Builds every script and style sheet of ours into web/static/dist/ under names that carry their content's hash,
// and writes manifest.json ("app.js" -> "app-3F2A.js"). Run: node web/assets/build.mjs
import { build } from "esbuild";
import { chmod, mkdtemp, readFile, readdir, rename, rm, writeFile, mkdir } from "node:fs/promises";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as sass from "sass";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, "../..");
const packages = path.join(root, "node_modules");
const target = path.join(root, "web/static/dist");

const scss = {
  name: "scss",
  setup(bundle) {
    bundle.onLoad({ filter: /\.scss$/ }, ({ path: file }) => {
      const result = sass.compile(file, {
        loadPaths: [here, packages],
        style: "compressed",
        quietDeps: true,
        logger: sass.Logger.silent,
      });
      return { contents: result.css, loader: "css", resolveDir: packages };
    });
  },
};

// style-mod writes <style> elements where a document is given; adopted sheets pass a strict style-src.
const adoptedSheets = {
  name: "adopted-sheets",
  setup(bundle) {
    bundle.onLoad({ filter: /style-mod\.js$/ }, async ({ path: file }) => ({
      contents: (await readFile(file, "utf8")).replace(
        "if (!root.head && root.adoptedStyleSheets",
        "if (root.adoptedStyleSheets",
      ),
      loader: "js",
    }));
  },
};

// A package of the linting room imports this one-line module in a form that code splitting cannot follow.
const dynamicImport = {
  name: "dynamic-import",
  setup(bundle) {
    bundle.onResolve({ filter: /^dynamic-import$/ }, () => ({ path: "dynamic-import", namespace: "shim" }));
    bundle.onLoad({ filter: /.*/, namespace: "shim" }, () => ({
      contents: "export const __import = (name) => import(name);\nexport default __import;",
    }));
  },
};

const shared = {
  bundle: true,
  minify: true,
  metafile: true,
  target: ["es2021", "safari15"],
  absWorkingDir: root,
  nodePaths: [packages],
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  chunkNames: "part-[hash]",
  logLevel: "error",
  loader: { ".woff2": "file", ".woff": "file", ".ttf": "file", ".eot": "file", ".svg": "file", ".png": "file" },
  plugins: [scss, adoptedSheets, dynamicImport],
};

async function entries() {
  const found = (await readdir(here)).filter((name) => name.endsWith(".entry.js"));
  return ["app.js", "diagram.js", ...found];
}

function publicName(entry) {
  return path.basename(entry).replace(/\.entry\.js$/, ".js").replace(/\.scss$/, ".css");
}

function enter(manifest, metafile) {
  for (const [file, output] of Object.entries(metafile.outputs)) {
    if (!output.entryPoint) continue;
    const name = publicName(output.entryPoint);
    manifest[name] = path.basename(file);
    if (output.cssBundle) manifest[name.replace(/\.js$/, ".css")] = path.basename(output.cssBundle);
  }
}

async function main() {
  const started = performance.now();
  await mkdir(path.dirname(target), { recursive: true });
  const fresh = await mkdtemp(path.join(path.dirname(target), ".dist-"));
  const manifest = {};
  try {
    const modules = (await entries()).map((name) => path.join(here, name));
    const results = await Promise.all([
      build({ ...shared, outdir: fresh, entryPoints: [path.join(here, "theme.scss"), path.join(here, "offline/offline.scss")] }),
      // The offline page is one file that must still work in years: its script is whole, nothing of it lies elsewhere.
      build({ ...shared, outdir: fresh, entryPoints: ["early.js", "offline/offline.js"].map((name) => path.join(here, name)), format: "iife" }),
      build({ ...shared, outdir: fresh, entryPoints: modules, format: "esm", splitting: true }),
    ]);
    for (const result of results) enter(manifest, result.metafile);
    await writeFile(path.join(fresh, "manifest.json"), JSON.stringify(manifest, null, 2));
    const old = `${fresh}-old`;
    if (existsSync(target)) await rename(target, old);
    await chmod(fresh, 0o755);
    await rename(fresh, target);
    await rm(old, { recursive: true, force: true });
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    throw error;
  }
  console.log(`web/static/dist: ${Object.keys(manifest).length} entries in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

await main();
