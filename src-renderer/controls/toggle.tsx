import { memo } from 'react';
import { Checkbox } from 'react-aria-components';

interface ToggleProps {
  label: string;
  selected: boolean;
  onChange(selected: boolean): void;
  error?: string | undefined;
}

export const Toggle = memo(function Toggle({ label, selected, onChange, error }: ToggleProps) {
  return (
    <div className="toggle-field">
      <Checkbox className="toggle" isSelected={selected} onChange={onChange} isInvalid={error !== undefined}>
        <span className="box" aria-hidden="true" />
        {label}
      </Checkbox>
      {error !== undefined && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
});
