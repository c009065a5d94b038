/// Waiting for things that happen, with a deadline. Sanitized nodes are slower:
/// PARLEY_TIME_SCALE multiplies every deadline.

export const scale = Number(process.env.PARLEY_TIME_SCALE ?? 1);
export const patience_ms = 10_000 * scale;

/// Settles as `promise` does, or fails saying `what` did not happen.
export function within(promise, what, ms = patience_ms) {
  let timer;
  const late = new Promise((_, reject) => {
    const why = new Error(`not within ${ms} ms: ${what}`);
    timer = setTimeout(() => reject(why), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export const delay = (ms) => new Promise((done) => setTimeout(done, ms));

/// Asks again and again, for what cannot be waited for in another way.
export async function until(question, what, ms = patience_ms) {
  const end = Date.now() + ms;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await delay(20);
  }
}

/// A promise with its ends.
export function deferred() {
  let resolve, reject;
  const promise = new Promise((yes, no) => { resolve = yes; reject = no; });
  return { promise, resolve, reject };
}
