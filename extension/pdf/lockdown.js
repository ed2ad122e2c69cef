// Imported before pdf.js in its worker: it can read files of the package, and nothing else.

import { allowPackageFetch } from "../engine/network-lockdown.js";

allowPackageFetch();
