"""Runs Chromium with the built extension and drives it like a user.

Chromium runs in its own process group and is observed through the DevTools protocol. Actions that
the protocol cannot perform (shortcuts, context menus) use xdotool on a private X display.
Every wait has a timeout, and its error names the condition.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal, TypeVar

from playwright.sync_api import Browser as Connection
from playwright.sync_api import CDPSession, Error, Page, Playwright, Worker, sync_playwright

from netlog import Request, read_netlog

ROOT = Path(__file__).resolve().parents[2]
DIST = ROOT / "dist" / "chrome"

T = TypeVar("T")

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-service-autorun",
    "--password-store=basic",
    "--use-mock-keychain",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--disable-search-engine-choice-screen",
    "--lang=en-US",
    "--force-color-profile=srgb",
    "--remote-debugging-port=0",
    # The bubble after a crash would cover the page under test.
    "--hide-crash-restore-bubble",
    # LoadExtension...: required for --load-extension. The other features make network requests.
    "--disable-features=DisableLoadExtensionCommandLineSwitch,OptimizationHints,MediaRouter,Translate",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)


class TimedOut(AssertionError):
    """A condition was not met in time. The message names it."""


def wait_for(what: str, look: Callable[[], T | None], timeout: float = 10.0, every: float = 0.05) -> T:
    """Calls `look` every `every` seconds and returns its first truthy value. Raises TimedOut after `timeout`."""
    end = time.monotonic() + timeout
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            raise TimedOut(f"waited {timeout:g} s for {what}")
        time.sleep(every)


def executable() -> str:
    """Returns the path of Chromium: $CHROMIUM, or the system's."""
    named = os.environ.get("CHROMIUM")
    found = named or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        raise FileNotFoundError("no Chromium found: install one, or name it in $CHROMIUM")
    return found


def extension_id(folder: Path) -> str:
    """Returns the id that Chromium gives an unpacked extension, derived from its key or its path."""
    key = json.loads((folder / "manifest.json").read_text()).get("key")
    if key:
        raise NotImplementedError("the manifest has a key: the id then comes from it, not from the path")
    digest = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:32]
    return "".join(chr(ord("a") + int(digit, 16)) for digit in digest)


class Display:
    """A private X display with a window manager."""

    def __init__(self, width: int, height: int) -> None:
        for tool in ("Xvfb", "openbox", "xdotool", "scrot"):
            if not shutil.which(tool):
                raise FileNotFoundError(f"a headed browser needs {tool}")
        read, write = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()  # returns when Xvfb prints its number or exits
        if not number:
            raise RuntimeError("Xvfb did not start")
        self.name = f":{number}"
        self.env = {**os.environ, "DISPLAY": self.name}
        self._manager = subprocess.Popen(
            ["openbox"], env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def xdotool(self, *arguments: str) -> str:
        done = subprocess.run(
            ["xdotool", *arguments], env=self.env, capture_output=True, text=True, timeout=10, check=True
        )
        return str(done.stdout)

    def screenshot(self, path: Path) -> None:
        subprocess.run(["scrot", "--overwrite", str(path)], env=self.env, timeout=10, check=True)

    def close(self) -> None:
        for process in (self._manager, self._server):
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)


class Target:
    """A raw DevTools session with a target that Playwright does not expose as a page."""

    def __init__(self, browser: CDPSession, target_id: str) -> None:
        self.id = target_id
        self._browser = browser
        self._answers: dict[int, dict[str, Any]] = {}
        self._number = 0
        self.errors: list[str] = []
        attached = browser.send("Target.attachToTarget", {"targetId": target_id, "flatten": False})
        self._session = attached["sessionId"]
        browser.on("Target.receivedMessageFromTarget", self._receive)
        self.send("Runtime.enable")
        self.send("Log.enable")

    def _receive(self, event: dict[str, Any]) -> None:
        if event["sessionId"] != self._session:
            return
        message = json.loads(event["message"])
        if "id" in message:
            self._answers[message["id"]] = message
        else:
            self.errors += error_of(message["method"], message["params"])

    def send(self, method: str, params: dict[str, Any] | None = None, timeout: float = 30.0) -> Any:
        self._number += 1
        number = self._number
        message = json.dumps({"id": number, "method": method, "params": params or {}})
        self._browser.send("Target.sendMessageToTarget", {"sessionId": self._session, "message": message})

        def answered() -> dict[str, Any] | None:
            self._browser.send("Browser.getVersion")  # lets Playwright dispatch pending events
            return self._answers.pop(number, None)

        answer = wait_for(f"the answer to {method}", answered, timeout, 0.01)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error'].get('message')}")
        return answer["result"]

    def evaluate(self, expression: str, timeout: float = 30.0) -> Any:
        """Returns the awaited value of a JavaScript expression. Its exception becomes a RuntimeError."""
        params = {"expression": expression, "awaitPromise": True, "returnByValue": True}
        result = self.send("Runtime.evaluate", params, timeout)
        if "exceptionDetails" in result:
            raise RuntimeError(_exception(result["exceptionDetails"]))
        return result["result"].get("value")


def _exception(details: dict[str, Any]) -> str:
    return str(details.get("exception", {}).get("description") or details.get("text", "exception"))


def error_of(method: str, params: dict[str, Any]) -> list[str]:
    """Returns the errors and warnings that a DevTools event reports."""
    if method == "Runtime.exceptionThrown":
        return [_exception(params["exceptionDetails"])]
    if method == "Runtime.consoleAPICalled" and params["type"] in {"error", "assert", "warning"}:
        said = " ".join(str(a.get("value", a.get("description", ""))) for a in params["args"])
        return [f"console.{params['type']}: {said}"]
    if method == "Log.entryAdded" and params["entry"]["level"] in {"error", "warning"}:
        entry = params["entry"]
        return [f"{entry['source']} {entry['level']}: {entry['text']} {entry.get('url', '')}".strip()]
    return []


class Site(ThreadingHTTPServer):
    """Serves a folder on http://127.0.0.1.

    `asked` lists every requested path. `types` maps paths to content types where the file extension
    does not determine it.
    """

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self.types: dict[str, str] = {}
        super().__init__(("127.0.0.1", 0), functools.partial(_Handler, directory=str(folder)))
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.shutdown()
        self.server_close()


class _Handler(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Site)
        self.server.asked.append(self.path)
        super().do_GET()

    def guess_type(self, path: str | os.PathLike[str]) -> str:
        assert isinstance(self.server, Site)
        kind = self.server.types.get(self.path) or super().guess_type(path)
        return f"{kind}; charset=utf-8" if kind == "text/html" else kind

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Shared:
    """One Playwright instance per thread, shared by all browsers."""

    _running: Playwright | None = None
    _users = 0

    @classmethod
    def take(cls) -> Playwright:
        if cls._running is None:
            cls._running = sync_playwright().start()
        cls._users += 1
        return cls._running

    @classmethod
    def give_back(cls) -> None:
        cls._users -= 1
        if cls._users == 0 and cls._running is not None:
            cls._running.stop()
            cls._running = None


class Browser:
    """Chromium with one unpacked extension.

    If `profile` is given, it is reused and not deleted; otherwise the profile is temporary. `headed` opens
    a window on a private display. With `netlog`, `requests()` returns every network request after
    `close()`. `flags` are extra command line flags. `granted` are host patterns that the user allowed once
    and then revoked: the browser grants them again without its prompt, which cannot be clicked in a headless browser
    (test_news_prompt.py clicks it in a headed one).
    """

    def __init__(
        self,
        extension: Path = DIST,
        *,
        profile: Path | None = None,
        headed: bool = False,
        netlog: bool = False,
        size: tuple[int, int] = (1400, 900),
        flags: tuple[str, ...] = (),
        granted: tuple[str, ...] = (),
    ) -> None:
        if not (extension / "manifest.json").is_file():
            raise FileNotFoundError(f"no built extension in {extension}: run the build first")
        self.extension = extension.resolve()
        self.id = extension_id(self.extension)
        self.size = size
        self._headed = headed
        self._flags = flags
        self._granted = granted
        self._scratch = Path(tempfile.mkdtemp(prefix="nutshell-browser-"))
        self.profile = profile or self._scratch / "profile"
        self._netlog = netlog
        self._starts = 0
        self._sites: list[Site] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None
        self._panel: tuple[str, Connection, Page] | None = None
        self._panel_log: CDPSession | None = None
        self._offscreen: Target | None = None
        self._scheme: Literal["dark", "light"] | None = None
        self.display: Display | None = None
        self.errors: list[str] = []

    # Starting and stopping

    def __enter__(self) -> Browser:
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        for site in self._sites:
            site.close()
        if self.display:
            self.display.close()
            self.display = None
        shutil.rmtree(self._scratch, ignore_errors=True)

    def start(self, timeout: float = 60.0) -> None:
        if self._headed and self.display is None:
            self.display = Display(*self.size)
        preferences = self.profile / "Default" / "Preferences"
        if not preferences.exists():  # the translation prompt would cover the page
            preferences.parent.mkdir(parents=True)
            preferences.write_text(json.dumps({"translate": {"enabled": False}, **self._grants()}))
        port_file = self.profile / "DevToolsActivePort"
        port_file.unlink(missing_ok=True)
        command = [
            executable(),
            *FLAGS,
            *self._flags,
            f"--user-data-dir={self.profile}",
            f"--disable-extensions-except={self.extension}",
            f"--load-extension={self.extension}",
            f"--window-size={self.size[0]},{self.size[1]}",
            # --test-type: hides the infobar about the missing sandbox.
            *(["--test-type", "--window-position=0,0"] if self._headed else ["--headless=new"]),
        ]
        self._starts += 1
        if self._netlog:
            command.append(f"--log-net-log={self._scratch / f'net{self._starts}.json'}")
        log = self._scratch / "chromium.log"
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                [*command, "about:blank"],
                env=self.display.env if self.display else None,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

        def address() -> str | None:
            assert self._process is not None
            if self._process.poll() is not None:
                tail = log.read_text(errors="replace")[-2000:]
                raise RuntimeError(f"Chromium ended with {self._process.returncode}:\n{tail}")
            lines = port_file.read_text().splitlines() if port_file.exists() else []
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}" if len(lines) == 2 else None

        self._address = wait_for("Chromium to listen", address, timeout)
        self._playwright = _Shared.take()
        self._connection = self._connect()
        self._context = self._connection.contexts[0]
        self._context.set_default_timeout(20_000)
        self._browser = self._connection.new_browser_cdp_session()
        self._activated = False
        self.wait_until_active()

    def _grants(self) -> dict[str, Any]:
        if not self._granted:
            return {}
        hosts = {"api": [], "explicit_host": list(self._granted), "manifest_permissions": [], "scriptable_host": []}
        known = {"granted_permissions": hosts, "runtime_granted_permissions": hosts}
        return {"extensions": {"settings": {self.id: known}}}

    def _connect(self) -> Connection:
        return self._playwright.chromium.connect_over_cdp(self._address, timeout=20_000)

    def close(self, timeout: float = 20.0) -> None:
        """Close the browser cleanly, so that the profile and the network log are complete."""
        if self._process is None:
            return
        if self._connection is not None:
            try:
                self._collect()
                self._browser.send("Browser.close")
            except Error:
                pass  # already gone
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout if self._connection is not None else 0.1)
        self._end()

    def kill(self) -> None:
        """Kill the browser immediately, like a power failure."""
        self._end()

    def compiled(self) -> int:
        """Returns how many WebAssembly modules have compiled code in the cache (smaller files hold only names)."""
        files = (self.profile / "Default" / "Code Cache" / "wasm").glob("*_0")
        return sum(file.stat().st_size > 100_000 for file in files)

    def restart(self) -> None:
        """Close the browser and start it again with the same profile."""
        self.close()
        self.start()

    def _end(self) -> None:
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)
        self._process = None
        self._panel = self._panel_log = self._offscreen = None
        if self._connection is not None:
            self._connection = None
            _Shared.give_back()

    @property
    def running(self) -> bool:
        return self._process is not None

    @property
    def pid(self) -> int:
        assert self._process is not None, "the browser is not running"
        return self._process.pid

    # Pages

    def serve(self, folder: Path) -> Site:
        """Serve a folder until the browser closes. Pages are at `site.url + "/name.html"`."""
        if not folder.is_dir():
            raise FileNotFoundError(folder)
        site = Site(folder)
        self._sites.append(site)
        return site

    def open(self, url: str, timeout: float = 30.0) -> Page:
        """Open `url` in a new foreground tab."""
        page = self._context.new_page()
        if url != "about:blank":
            page.goto(url, wait_until="domcontentloaded", timeout=timeout * 1000)
        page.bring_to_front()
        return page

    def pages(self) -> list[Page]:
        """Returns the open tabs, also those that the extension opened."""
        self._browser.send("Browser.getVersion")  # lets Playwright dispatch pending events
        return list(self._context.pages)

    def tidy(self) -> None:
        """Close the panel and all tabs but a blank one. The extension's data stays."""
        blank = self._context.new_page()
        for page in self._context.pages:
            if page is not blank:
                page.close()
        if self.panel_target():
            self.close_panel()
        self._scheme = None

    def targets(self, *kinds: str) -> list[dict[str, Any]]:
        """Returns the DevTools targets of these types (page, tab, background_page, worker, ...)."""
        found = self._browser.send("Target.getTargets", {"filter": [{}]})["targetInfos"]
        return [target for target in found if not kinds or target["type"] in kinds]

    # The extension

    def address(self, path: str) -> str:
        """Returns the URL of a file of the extension."""
        return f"chrome-extension://{self.id}/{path}"

    def service_worker(self, timeout: float = 20.0) -> Worker:
        prefix = self.address("")

        def find() -> Worker | None:
            self._browser.send("Browser.getVersion")
            return next((w for w in self._context.service_workers if w.url.startswith(prefix)), None)

        return wait_for("the extension's service worker", find, timeout)

    def wait_until_active(self, timeout: float = 20.0) -> None:
        """Wait for the service worker: a click before its activation is silently lost."""
        if self._activated:
            return
        worker = self.service_worker(timeout)
        wait_for(
            "the service worker to be activated",
            lambda: worker.evaluate("self.serviceWorker.state") == "activated",
            timeout,
        )
        self._activated = True

    def click_action(self, page: Page) -> None:
        """Click the toolbar button with `page` in the foreground."""
        self.wait_until_active()
        page.bring_to_front()
        tab = wait_for("the page's tab to be in front", lambda: self._tab(page))
        self._browser.send("Extensions.triggerAction", {"id": self.id, "targetId": tab})

    def _tab(self, page: Page) -> str | None:
        for target in self.targets("tab"):
            front = target.get("embedderData", {}).get("tabActive")
            if front and target["url"].split("#")[0] == page.url.split("#")[0]:
                return str(target["targetId"])
        return None

    def press_shortcut(self, page: Page, keys: str = "alt+shift+s") -> None:
        """Press keys in the browser's window with `page` in the foreground (headed only)."""
        self.wait_until_active()
        self._focus(page)
        self._x.xdotool("key", keys)

    def choose_menu(self, page: Page, at: tuple[float, float] = (40, 200)) -> None:
        """Right-click at `at` (viewport coordinates), then choose the extension's entry with keys (headed only).

        The menu's content cannot be read. Chromium shows the extension's entry for the clicked context
        above "Inspect", and also above "View page source" if no text is selected.
        """
        self.wait_until_active()
        self._focus(page)
        x, y = at
        left, top = page.evaluate("[screenX, screenY + outerHeight - innerHeight]")
        self._x.xdotool("mousemove", str(int(left + x)), str(int(top + y)), "click", "3")
        time.sleep(0.6)  # the menu is a separate window with no event for when it is ready
        selected = page.evaluate("String(getSelection())") != ""
        self._x.xdotool("mousemove", str(self.size[0] - 1), str(self.size[1] - 1))
        for _ in range(2 if selected else 3):
            self._x.xdotool("key", "Up")
            time.sleep(0.05)
        self._x.xdotool("key", "Return")

    @property
    def _x(self) -> Display:
        if self.display is None:
            raise RuntimeError("shortcuts and menus need a headed browser")
        return self.display

    def _focus(self, page: Page) -> None:
        page.bring_to_front()
        window = self._x.xdotool("search", "--sync", "--onlyvisible", "--class", "chromium").split()[0]
        self._x.xdotool("windowactivate", "--sync", window)

    def screenshot(self, path: Path) -> None:
        """Save a picture of the whole window with page and panel (headed only)."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._x.screenshot(path)

    # The panel

    def panel_target(self) -> dict[str, Any] | None:
        prefix = self.address("panel/")
        return next((t for t in self.targets("page") if t["url"].startswith(prefix)), None)

    def panel(self, timeout: float = 20.0) -> Page:
        """Wait for the side panel and return it as a Playwright page."""

        def find() -> Page | None:
            target = self.panel_target()
            if target is None:
                return None
            if self._panel and self._panel[0] == target["targetId"]:
                return self._panel[2]
            if self._panel:
                self._panel[1].close()
            # The first connection gets no events about side panels. A new connection finds them.
            connection = self._connect()
            for page in connection.contexts[0].pages:
                if page.url == target["url"]:
                    page.set_default_timeout(20_000)
                    if self._scheme:
                        page.emulate_media(color_scheme=self._scheme)
                    self._panel = (target["targetId"], connection, page)
                    self._listen(page)
                    return page
            connection.close()
            return None

        return wait_for("the side panel to open", find, timeout)

    def _listen(self, page: Page) -> None:
        session = page.context.new_cdp_session(page)
        for method in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"):
            session.on(method, lambda params, method=method: self.errors.extend(error_of(method, params)))
        session.send("Runtime.enable")  # also replays earlier messages
        session.send("Log.enable")
        self._panel_log = session

    def color_scheme(self, scheme: Literal["dark", "light"] | None) -> None:
        """Emulate a preferred color scheme in the panel. None restores the system's."""
        self._scheme = scheme
        if self._panel:
            self._panel[2].emulate_media(color_scheme=scheme)

    def close_panel(self) -> None:
        """Close the panel as its close button does."""
        self.panel().evaluate("setTimeout(() => window.close())")
        wait_for("the side panel to close", lambda: self.panel_target() is None)
        if self._panel:
            self._panel[1].close()
            self._panel = None

    # The offscreen document

    def offscreen(self, timeout: float = 20.0) -> Target:
        """Wait for the offscreen document and return it. Use `.evaluate(expression)`."""

        def find() -> Target | None:
            prefix = self.address("")
            for target in self.targets("background_page"):
                if target["url"].startswith(prefix):
                    if self._offscreen is None or self._offscreen.id != target["targetId"]:
                        self._collect()
                        self._offscreen = Target(self._browser, target["targetId"])
                    return self._offscreen
            return None

        return wait_for("the offscreen document", find, timeout)

    def _collect(self) -> None:
        if self._offscreen:
            self._browser.send("Browser.getVersion")
            self.errors += self._offscreen.errors
            self._offscreen.errors = []

    def console_errors(self) -> list[str]:
        """Returns errors and warnings of the panel and the offscreen document since the last call."""
        if any(t["url"].startswith(self.address("")) for t in self.targets("background_page")):
            self.offscreen()
        self._collect()
        said, self.errors = self.errors, []
        return said

    def close_target(self, target_id: str) -> None:
        """Close a document, as the browser does when it runs out of memory."""
        self._browser.send("Target.closeTarget", {"targetId": target_id})
        wait_for("the target to close", lambda: all(t["targetId"] != target_id for t in self.targets()))

    # The network

    def requests(self) -> list[Request]:
        """Returns every network request of all runs, from any initiator. Call it after `close()`."""
        if not self._netlog:
            raise RuntimeError("this browser was started without netlog=True")
        if self._process is not None:
            raise RuntimeError("the network log is whole only after close()")
        logs = [self._scratch / f"net{start + 1}.json" for start in range(self._starts)]
        return [request for log in logs for request in read_netlog(log)]
