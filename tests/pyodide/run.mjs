// usage: node tests/pyodide/run.mjs FILE.py [ARGUMENT...]
// Runs a Python file inside Pyodide. Mounts the repository at /repo, ../shared (if there) at /shared, and the packages
// in PACKAGES, which must be pure Python, from the folder SITE_PACKAGES at /site. Exits with Python's exit status.
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { loadPyodide } from "pyodide";

const repository = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const data = resolve(repository, "../shared");
const [file, ...args] = process.argv.slice(2);

const pyodide = await loadPyodide({
  indexURL: join(repository, "node_modules/pyodide"),
  env: { HOME: "/home", PYTHONDONTWRITEBYTECODE: "1" },
  stdout: (line) => console.log(line), // unlike Pyodide's own output, waits while a pipe is full
  stderr: (line) => console.error(line),
});
pyodide.mountNodeFS("/repo", repository);
if (existsSync(data)) pyodide.mountNodeFS("/shared", realpathSync(data));
for (const name of (process.env.PACKAGES ?? "").split(" ").filter(Boolean)) {
  const source = join(process.env.SITE_PACKAGES, name);
  if (!existsSync(source)) throw new Error(`no package ${name} in ${process.env.SITE_PACKAGES}`);
  if (name.endsWith(".py")) pyodide.FS.writeFile(`/site/${name}`, readFileSync(source));
  else pyodide.mountNodeFS(`/site/${name}`, realpathSync(source));
}
const globals = pyodide.toPy({ arguments: [`/repo/${file}`, ...args] });
process.exitCode = pyodide.runPython(
  `
import os, runpy, sys
os.chdir("/repo")
sys.argv[:] = arguments
sys.path[:0] = ["/repo/core", "/site"]
code = 0
try:
    runpy.run_path(arguments[0], run_name="__main__")
except SystemExit as stop:
    code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
sys.stdout.flush()
sys.stderr.flush()
code
`,
  { globals },
);
