"""python -m build.icons: draws extension/icons/*.png from the drawings there, in Chromium.

The smallest has a drawing of its own, whose strokes stand on whole pixels.
"""

from __future__ import annotations

from playwright.sync_api import sync_playwright

from build.layout import EXTENSION

ICONS = EXTENSION / "icons"
SIZES = (16, 32, 48, 128)
CHROMIUM = "/usr/bin/chromium"


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for size in SIZES:
            drawing = (ICONS / ("nutshell-16.svg" if size == 16 else "nutshell.svg")).read_text("utf-8")
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block }}</style>{drawing}")
            page.screenshot(path=ICONS / f"{size}.png", omit_background=True)
        browser.close()


if __name__ == "__main__":
    main()
