import { EXIT } from './command.ts';

export interface Stop {
  /** Resolves at the first SIGINT or SIGTERM. */
  readonly asked: Promise<null>;
  end(): void;
}

/** The first signal asks for a clean end; a second one does not wait for it. */
export function stopSignal(): Stop {
  const { promise, resolve } = Promise.withResolvers<null>();
  let isAsked = false;
  const onSignal = () => {
    if (isAsked) process.exit(EXIT.interrupted);
    isAsked = true;
    resolve(null);
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return {
    asked: promise,
    end: () => {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    },
  };
}
