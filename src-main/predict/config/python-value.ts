/** A value of a config that was read and never run. Lists and tuples are arrays; None is null. */
export type PythonValue = null | boolean | number | string | PythonValue[] | PythonDict | Unknown;

export type PythonKey = string | number;

/** A dict, or the names of a module, in their order. */
export type PythonDict = Map<PythonKey, Entry>;

export interface Entry {
  value: PythonValue;
  place: Place;
}

export interface Place {
  file: string;
  /** From 1. */
  line: number;
}

/** What only running the file would tell. It matters only where a key that is needed has it. */
export class Unknown {
  constructor(
    /** What stands there, such as `a call of os.getenv`. */
    readonly what: string,
    readonly place: Place,
  ) {}
}

export function isDict(value: PythonValue | undefined): value is PythonDict {
  return value instanceof Map;
}

/** `stage1.py line 12`, as messages say it. */
export function placeName({ file, line }: Place): string {
  return `${file} line ${line}`;
}
