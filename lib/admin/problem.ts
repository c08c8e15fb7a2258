/** What is wrong with a request, thrown by a step of its action and shown on a page. */
export class Problem extends Error {
  constructor(
    readonly status: 400 | 403 | 404 | 405 | 409 | 413 | 415,
    readonly title: string,
    message: string,
  ) {
    super(message)
  }
}
