// The text of errors that the shell itself reports, by id. Everything the user may read from engine/ stands here.

const ERROR_TEXT = {
  "request.cancelled": "Cancelled.",
  "request.invalid": "This is not a valid request.",

  "engine.start-failed": "Nutshell's engine could not start: {reason}.",
  "engine.stopped": "Nutshell's engine stopped: {reason}.",
  "engine.disconnected": "Nutshell's engine stopped. Try again to restart it.",
  "engine.locked": "Nutshell is locked.",

  "worker.load-failed": "it could not be loaded",
  "worker.start-timeout": "it did not start within {seconds} seconds",
  "worker.no-response": "it stopped responding",
  "worker.crashed": "it stopped unexpectedly",
  "worker.ended": "it was ended",

  "model.stopped": "The model stopped. It has been restarted, so try again.",
  "model.failed": "The model could not be run: {reason}.",
  "model.unknown": "The package has no model named {model}.",
  "model.damaged": "{file} is damaged: its checksum is wrong. Install Nutshell again.",

  "language-model.stopped": "The language model stopped. It has been restarted, so try again.",
  "language-model.missing": "This package has no language model.",
  "language-model.damaged": "{file} is damaged: its checksum is wrong. Choose the file again.",
  "language-model.unsupported": "This decoder was not made with Nutshell's recipe.",

  "fetch.timeout": "The site did not answer in time.",
  "fetch.stopped": "Stopped.",
  "fetch.not-http": "This is not a web address.",
  "fetch.not-allowed": "Nutshell isn't allowed to access {host} yet.",
  "fetch.network": "No answer. There may be no network or no such server, or the site redirects to one you haven't allowed.",
  "fetch.redirect-not-allowed": "This redirects to {host}, which you haven't allowed yet.",
  "fetch.too-large": "The answer is larger than {megabytes} MB.",

  "lock.no-storage": "There is no storage to lock: {reason}.",
  "lock.unknown-request": "The request {name} is not available now.",
  "lock.newer-version": "A newer version of Nutshell locked this data. Update Nutshell to open it.",
  "lock.damaged": "The key file of the passphrase lock is damaged, so nobody can decrypt this data. You can only erase it and start over.",
  "lock.wrong-passphrase": "Wrong passphrase.",
  "lock.wrong-passphrase-wait": "Wrong passphrase. Try again in {seconds} seconds.",
  "lock.wait-one": "Too many wrong passphrases. Try again in 1 second.",
  "lock.wait": "Too many wrong passphrases. Try again in {seconds} seconds.",
  "lock.passphrase-too-short": "Use at least {letters} characters. Several words are easy to remember.",
  "lock.invalid-idle-time": "This idle time is not available.",
  "lock.not-locked": "Nutshell is not locked.",
  "lock.disk-full": "There is not enough disk space. Both copies must fit for a moment.",

  "export.wrong-passphrase": "The passphrase is wrong, or the file is damaged.",
  "export.damaged": "The file is damaged or incomplete.",
  "export.truncated": "The file is incomplete: its end is missing.",
  "export.newer-version": "A newer version of Nutshell made this file. Update Nutshell to open it.",
  "export.not-encrypted": "This file was not encrypted by Nutshell.",
  "export.trailing-data": "The file is damaged: there is extra data at its end.",
  "export.work-factor": "The file needs too much time or memory to open.",
  "export.not-passphrase": "This file is not encrypted with a passphrase.",
};

/** Returns the text for an id, with each `{name}` replaced. @param {keyof typeof ERROR_TEXT} id @param {object} [values] */
export function errorText(id, values = {}) {
  return ERROR_TEXT[id].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
