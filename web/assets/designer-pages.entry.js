// The drawing board's pages around the editors: only their looks.
import "./designer/pages.scss";
