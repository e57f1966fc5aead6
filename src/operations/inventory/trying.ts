import type { Change, FleetState } from '../../data-directory/index.ts';

/** A change, or what it would come to: that waits for nobody, and is told also where nothing is taken in any more. */
export async function changeOrTry<T>(state: FleetState, isDry: boolean, make: () => Change<T>): Promise<T> {
  return isDry ? make().answer() : await state.change(make);
}
