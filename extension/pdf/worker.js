// The worker in which pdf.js parses files. pdf.js answers the messages of its other half (document.js).

import "./lockdown.js"; // must be the first import
import "../vendor/pdf/pdf.worker.min.mjs";
