import { EXIT } from './command.ts';

/** One Ctrl-C arrives twice: from the terminal, and from the launcher that passes it on. */
const ECHO_MS = 500;

/** Ctrl-C, a service that is stopped, a terminal that is closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Stop {
  /** Resolves at the first of them. */
  readonly asked: Promise<null>;
  end(): void;
}

/** The first signal asks for a clean end; a second one, unless it is the first one's echo, does not wait for it. */
export function stopSignal(): Stop {
  const { promise, resolve } = Promise.withResolvers<null>();
  let isAsked = false;
  let isInsisting = false;
  const onSignal = () => {
    if (isInsisting) process.exit(EXIT.interrupted);
    if (isAsked) return;
    isAsked = true;
    setTimeout(() => {
      isInsisting = true;
    }, ECHO_MS).unref();
    resolve(null);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    asked: promise,
    end: () => {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}
