/** An answer was not as promised; the message is the promise. */
export class WalkError extends Error {}

/** @throws WalkError */
export function check(holds, promised) {
  if (!holds) throw new WalkError(promised)
}

/** Sends requests to the app, prints each and its answer, and checks the status. */
export class Client {
  #base
  #print

  constructor(base, print) {
    this.#base = base
    this.#print = print
  }

  get(path, { bearer, status }) {
    return this.#send('GET', path, { bearer, status })
  }

  post(path, body, { bearer, status }) {
    return this.#send('POST', path, { body, bearer, status })
  }

  /** @throws WalkError where the answer has another status */
  async #send(method, path, { body, bearer, status }) {
    const text = body && JSON.stringify(body)
    this.#print(shortened(['→', method, path, bearer && `(Bearer ${bearer})`, text].filter(Boolean).join(' ')))
    const response = await fetch(this.#base + path, {
      method,
      headers: {
        ...(text && { 'Content-Type': 'application/json' }),
        ...(bearer && { Authorization: `Bearer ${bearer}` }),
      },
      ...(text && { body: text }),
      signal: AbortSignal.timeout(30_000),
    })
    const answer = await response.text()
    this.#print(shortened(`← ${response.status} ${answer}`))
    check(response.status === status, `the status ${status}`)
    return { headers: response.headers, body: parsed(answer) }
  }
}

/** Enough of each token to tell it from others, and too little to use it. */
export function shortened(text) {
  return text.replaceAll(/(eyJ[\w-]{5})[\w-]*\.[\w-]+\.[\w-]*([\w-]{6})/g, '$1…$2')
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
