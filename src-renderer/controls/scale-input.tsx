import { memo } from 'react';
import { FieldError, Input, TextField } from 'react-aria-components';

interface ScaleInputProps {
  label: string;
  /** As it was typed, or a value of the slider. */
  value: string;
  /** The slider's places, ascending; others can be typed. */
  places: readonly number[];
  onChange(text: string): void;
  error?: string | undefined;
}

/** A count, by a slider over the usual ones or typed. The slider is the browser's own: its places are not even steps. */
export const ScaleInput = memo(function ScaleInput({
  label,
  value,
  places,
  onChange,
  error,
}: ScaleInputProps) {
  return (
    <div className="field scale">
      <span className="label" aria-hidden="true">
        {label}
      </span>
      <input
        type="range"
        aria-label={label}
        aria-valuetext={value}
        min={0}
        max={places.length - 1}
        value={nearest(places, Number(value))}
        onChange={({ target }) => onChange(String(places[Number(target.value)]))}
      />
      <TextField aria-label={label} value={value} onChange={onChange} isInvalid={error !== undefined}>
        <Input className="input numeric" inputMode="numeric" autoComplete="off" />
        <FieldError className="field-error">{error}</FieldError>
      </TextField>
    </div>
  );
});

function nearest(places: readonly number[], value: number): number {
  const above = places.findIndex((each) => each >= value);
  return above < 0 ? places.length - 1 : above;
}
