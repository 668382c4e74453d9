/** What a browser remembers of its seats: token and name per PIN, and the answer it gave last. */

const tokenKey = (pin) => `quiz:token:${pin}`;
const nameKey = (pin) => `quiz:name:${pin}`;
const answerKey = (pin) => `quiz:answer:${pin}`;

// Private windows may refuse storage; the game is then played without being remembered.
function attempt(action) {
  try {
    return action();
  } catch {
    return null;
  }
}

export function recall(pin) {
  const token = attempt(() => localStorage.getItem(tokenKey(pin)));
  return token && { token, nickname: attempt(() => localStorage.getItem(nameKey(pin))) ?? "" };
}

export function remember(pin, { token, nickname }) {
  attempt(() => {
    localStorage.setItem(tokenKey(pin), token);
    localStorage.setItem(nameKey(pin), nickname);
  });
}

export function forget(pin) {
  attempt(() => {
    localStorage.removeItem(tokenKey(pin));
    localStorage.removeItem(nameKey(pin));
    sessionStorage.removeItem(answerKey(pin));
  });
}

/** The last answer outlives a reload, so that one not yet acknowledged is sent again. */
export function recallAnswer(pin) {
  return attempt(() => JSON.parse(sessionStorage.getItem(answerKey(pin))));
}

export function rememberAnswer(pin, answer) {
  attempt(() => sessionStorage.setItem(answerKey(pin), JSON.stringify(answer)));
}
