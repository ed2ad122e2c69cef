"""python -m build.icons: renders extension/icons/*.png from the SVG files there, in Chromium.

The 16-pixel icon has its own drawing, with strokes aligned to whole pixels.
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
            svg = (ICONS / ("nutshell-16.svg" if size == 16 else "nutshell.svg")).read_text("utf-8")
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block }}</style>{svg}")
            page.screenshot(path=ICONS / f"{size}.png", omit_background=True)
        browser.close()


if __name__ == "__main__":
    main()
