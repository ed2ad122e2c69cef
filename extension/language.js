// A classic script in the head of the panel and the viewer: opens the page in the user's language before anything is
// shown. The build makes one page for each language; the English one has the plain name.

(() => {
  const root = document.documentElement;
  const languages = root.dataset.languages.split(" ");
  const primary = (tag) => tag.toLowerCase().split(/[-_]/)[0];
  // As chosen in the panel, otherwise the browser's.
  const wanted = localStorage.getItem("language") || chrome.i18n.getUILanguage();
  const language =
    languages.find((tag) => tag.toLowerCase() === wanted.toLowerCase()) ??
    languages.find((tag) => primary(tag) === primary(wanted)) ??
    "en";
  if (language === root.lang) return;
  const [, page] = location.pathname.match(/([^/.]+)(\.[\w-]+)?\.html$/);
  const address = language === "en" ? `${page}.html` : `${page}.${language}.html`;
  location.replace(address + location.search + location.hash);
})();
