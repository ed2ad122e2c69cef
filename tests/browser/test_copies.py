"""Large files of the package are read from copies, and no copy is believed that is not the same."""

from __future__ import annotations

from typing import Any

from driver import Browser, Site, wait_for
from reader import Reader

_SIZES = """(async () => {
  const sizes = {};
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("copies", { create: true });
  for await (const [name, handle] of folder) {
    const file = await handle.getFile();
    const head = await file.slice(0, 64).text();
    if (/^[0-9a-f]{64}$/.test(head)) sizes[name] = { head, bytes: file.size - 64 };
  }
  return sizes;
})()"""
# One byte of the first is another, and the end of the second is gone.
_DAMAGE = """(async () => {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("copies");
  const open = async (name) => (await folder.getFileHandle(name)).createWritable({ keepExistingData: true });
  const altered = await open("engine-snapshot.bin");
  const { size } = await (await folder.getFileHandle("engine-snapshot.bin")).getFile();
  await altered.write({ type: "write", position: size - 1000, data: new Uint8Array(1000).fill(7) });
  await altered.close();
  const cut = await open("models-encoder.bin");
  await cut.truncate(1_000_000);
  await cut.close();
})()"""


def test_a_damaged_copy_is_not_read_and_made_anew(browser: Browser, reader: Reader, pages: Site) -> None:
    page = browser.open(f"{pages.url}/article.html")
    first = reader.summarize(page)
    offscreen = browser.offscreen()

    def copies() -> dict[str, Any]:
        return offscreen.evaluate(_SIZES)

    made = wait_for("the copies to be made", lambda: len(found := copies()) >= 5 and found, 20, 0.3)
    assert made["models-encoder.bin"]["bytes"] > 10_000_000
    offscreen.evaluate(_DAMAGE)
    assert copies() != made

    offscreen.evaluate("nutshell.models.crash(), nutshell.engine.crash()")
    browser.close_panel()
    again = reader.summarize(page)
    assert (again.gist, again.points) == (first.gist, first.points)
    wait_for("the copies to be made anew", lambda: copies() == made, 20, 0.3)
    assert not [said for said in browser.console_errors() if "snapshot" in said]
