// usage: node prefetch.mjs EXTENSION_FOLDER: what of a package is fetched, and how often, when some of it is read ahead.
import { pathToFileURL } from "node:url";

const [folder] = process.argv.slice(2);
const root = pathToFileURL(`${folder}/`).href;
const fetched = [];
globalThis.navigator ??= {}; // Node 20 has none
globalThis.fetch = async (address) => {
  fetched.push(String(address).slice(root.length));
  return new Response(`no ${fetched.length}`);
};
const { allowPackageFetch, prefetchPackaged } = await import(`${root}engine/network-lockdown.js`);
prefetchPackaged("vendor/code.wasm");
prefetchPackaged("vendor/nobody.asks");
allowPackageFetch();
const first = await (await fetch(`${root}vendor/code.wasm`)).text();
const second = await (await fetch(`${root}vendor/code.wasm`)).text();
const foreign = await fetch("https://elsewhere.example/code.wasm").then(
  () => "answered",
  () => "refused",
);
console.log(JSON.stringify({ first, second, foreign, fetched }));
