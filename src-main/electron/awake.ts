import { powerSaveBlocker } from 'electron';

/** Keeps the machine from going to sleep while it is told to; the screen may. */
export function openAwake(): (wanted: boolean) => void {
  let id: number | null = null;
  return (wanted) => {
    if (wanted) id ??= powerSaveBlocker.start('prevent-app-suspension');
    else if (id !== null) {
      powerSaveBlocker.stop(id);
      id = null;
    }
  };
}
