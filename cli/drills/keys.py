"""Keys as an office would bring them, for drills and tests: a key file, a token of SoftHSM, a remote service."""

from __future__ import annotations

import base64
import http.server
import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from cli.setup.system import softhsm_library
from signing.keys import KeyInMemory
from signing.stores.digests import OIDS, sign_digest

PASSPHRASE = "canary-Mật-khẩu-7391"
PIN = "canary-739182"
CLIENT_SECRET = "canary-bí-mật-5521"


def key_file(key: KeyInMemory, passphrase: str = PASSPHRASE) -> bytes:
    """The key as a certification authority hands it over: PKCS#12 under a passphrase."""
    chain = [x509.load_pem_x509_certificate(one) for one in key.chain]
    lock = serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    return serialize_key_and_certificates(b"key", key.private_key, key.parsed, chain, lock)


class SoftToken:
    """A token of SoftHSM in a folder of its own, with as many keys as are put in."""

    label = "motcua"

    def __init__(self, folder: Path) -> None:
        module = softhsm_library()
        assert module, "SoftHSM is missing: ./motcua test installs it (apt-get install softhsm2)"
        self.module = module
        (folder / "tokens").mkdir(parents=True)
        settings = folder / "softhsm2.conf"
        settings.write_text(
            f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n"
        )
        os.environ["SOFTHSM2_CONF"] = str(settings)
        self.folder = folder
        self._util("--init-token", "--free", "--label", self.label, "--pin", PIN, "--so-pin", "0000")

    def put(self, key: KeyInMemory, label: str, number: str) -> None:
        """Lay a private key and its certificate into the token under one label."""
        plain = self.folder / "key.pem"
        plain.write_bytes(
            key.private_key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        self._util("--import", str(plain), "--token", self.label, "--label", label, "--id", number, "--pin", PIN)
        plain.unlink()
        import pkcs11

        with pkcs11.lib(self.module).get_token(token_label=self.label).open(user_pin=PIN, rw=True) as session:
            session.create_object(
                {
                    pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
                    pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                    pkcs11.Attribute.TOKEN: True,
                    pkcs11.Attribute.PRIVATE: False,
                    pkcs11.Attribute.LABEL: label,
                    pkcs11.Attribute.ID: bytes.fromhex(number),
                    pkcs11.Attribute.SUBJECT: key.parsed.subject.public_bytes(),
                    pkcs11.Attribute.VALUE: key.parsed.public_bytes(serialization.Encoding.DER),
                }
            )

    def _util(self, *words: str) -> None:
        tool = shutil.which("softhsm2-util")
        assert tool
        subprocess.run([tool, *words], check=True, capture_output=True, timeout=20)


@dataclass
class RemoteSigning:
    """A remote signing service that speaks CSC v2 over HTTP, with one key; what it was asked is kept."""

    key: KeyInMemory
    pin: str = PIN
    asks: tuple[str, ...] = ("PIN",)
    plain_ecdsa: bool = False
    broken: bool = False
    fault: str = ""
    """How it answers: silent (an error after signing), strange, other_digest, other_key, pin_locked; "" for well."""
    other: KeyInMemory | None = None
    slow_s: float = 0.0
    url: str = ""
    port: int = 0
    tokens: int = 0
    authorised: int = 0
    bodies: list[str] = field(default_factory=list)
    allowed: dict[str, list[str]] = field(default_factory=dict)

    @property
    def digests(self) -> list[str]:
        """Every digest (base64) it was asked to sign, in order, as often as it was asked."""
        told = (body.partition(" ")[2] for body in self.bodies if "signHash" in body)
        return [digest for one in told for digest in json.loads(one)["hashes"]]

    def where(self) -> dict[str, Any]:
        """What an office writes down of its key there."""
        return {
            "url": f"{self.url}/csc/v2",
            "token_url": f"{self.url}/oauth2/token",
            "client_id": "motcua",
            "credential": "khoa-1",
            "pin": True,
        }

    def answer(self, path: str, body: str, bearer: str) -> tuple[int, dict[str, Any]]:
        self.bodies.append(f"{path} {body}")
        if self.broken:
            return 500, {}
        if path == "/oauth2/token":
            said = parse_qs(body)
            if said["client_secret"] != [CLIENT_SECRET]:
                return 401, {"error": "invalid_client"}
            self.tokens += 1
            return 200, {"access_token": f"token-{self.tokens}", "token_type": "Bearer", "expires_in": 3600}
        if bearer != f"Bearer token-{self.tokens}":
            return 401, {"error": "invalid_token"}
        question = json.loads(body)
        if path.endswith("/credentials/list"):
            return 200, {"credentialIDs": ["khoa-1"]}
        if question.get("credentialID") != "khoa-1":
            return 400, {"error": "invalid_request"}
        if path.endswith("/credentials/info"):
            return 200, self._info()
        if path.endswith("/credentials/authorize"):
            if self.fault == "pin_locked":
                return 400, {"error": self.fault}
            if question.get("authData") != [{"id": "PIN", "value": self.pin}]:
                return 400, {"error": "invalid_pin"}
            self.authorised += 1
            sad = f"sad-{self.authorised}"
            self.allowed[sad] = question["hashes"]
            return 200, {"SAD": sad, "expiresIn": 300}
        if path.endswith("/signatures/signHash"):
            if self.allowed.pop(question["SAD"], None) != question["hashes"]:
                return 400, {"error": "invalid_request"}
            made = self._sign(question)
            time.sleep(self.slow_s)
            if self.fault == "silent":
                return 502, {}
            return 200, {"signatures": made if self.fault == "strange" else [made]}
        return 404, {"error": "unknown"}

    def _info(self) -> dict[str, Any]:
        pems = (self.key.certificate, *self.key.chain)
        ders = [x509.load_pem_x509_certificate(one).public_bytes(serialization.Encoding.DER) for one in pems]
        return {
            "key": {"status": "enabled", "algo": ["1.2.840.10045.4.3.2"], "len": 256},
            "cert": {"status": "valid", "certificates": [base64.b64encode(one).decode() for one in ders]},
            "auth": {
                "mode": "explicit",
                "expression": " AND ".join(self.asks),
                "objects": [{"id": a} for a in self.asks],
            },
            "SCAL": "2",
            "multisign": 1,
        }

    def _sign(self, question: dict[str, Any]) -> str:
        assert question["hashAlgorithmOID"] == OIDS["sha256"]
        key = self.other if self.fault == "other_key" and self.other is not None else self.key
        digest = bytes(32) if self.fault == "other_digest" else base64.b64decode(question["hashes"][0])
        made = sign_digest(key.private_key, digest, "sha256")
        if self.plain_ecdsa:
            from asn1crypto.algos import DSASignature

            made = DSASignature.load(made).to_p1363()
        return base64.b64encode(made).decode()


@contextmanager
def remote_signing(key: KeyInMemory, **how: Any) -> Iterator[RemoteSigning]:
    """The service on a free port of the loopback, until the end of the block."""
    service = RemoteSigning(key, **how)

    class Door(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status, told = service.answer(self.path, body, self.headers.get("Authorization", ""))
            content = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Door)
    service.port = server.server_port
    service.url = f"http://127.0.0.1:{service.port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield service
    server.shutdown()
