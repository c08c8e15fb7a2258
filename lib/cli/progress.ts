import { SingleBar } from 'cli-progress'

/** Shows on a terminal how far the flush is. */
export interface Progress {
  update(deleted: number): void
  stop(): void
}

/** @param total what there is to delete; others may add to it meanwhile */
export function progressBar(total: number): Progress {
  const bar = new SingleBar({
    format: '{bar} {percentage}% | {value} of {total} tokens | {eta_formatted} to go',
    stream: process.stderr,
    barsize: 30,
    // Where a second signal ends the process, nobody is left to turn them on again.
    hideCursor: null,
    linewrap: true,
    // The batches come as they come: a timer of its own would draw between them.
    forceRedraw: true,
  })
  bar.start(total, 0)
  return {
    update(deleted) {
      if (deleted > bar.getTotal()) bar.setTotal(deleted)
      bar.update(deleted)
    },
    stop: () => bar.stop(),
  }
}

/** Where there is no terminal: a line for each batch. */
export function progressLines(): Progress {
  return { update: (deleted) => console.error(`${deleted} deleted so far`), stop() {} }
}

export const noProgress: Progress = { update() {}, stop() {} }
