import { memo } from 'react';
import { FieldError, Input, Label, Text, TextField } from 'react-aria-components';

interface TextInputProps {
  label: string;
  /** As it was typed: what cannot be read stays, with its error. */
  value: string;
  onChange(text: string): void;
  placeholder?: string | undefined;
  hint?: string | undefined;
  error?: string | undefined;
  numeric?: boolean;
}

export const TextInput = memo(function TextInput({
  label,
  value,
  onChange,
  placeholder,
  hint,
  error,
  numeric,
}: TextInputProps) {
  return (
    <TextField className="field" value={value} onChange={onChange} isInvalid={error !== undefined}>
      <Label className="label">{label}</Label>
      <Input
        className={numeric ? 'input numeric' : 'input'}
        inputMode={numeric ? 'numeric' : 'text'}
        placeholder={placeholder ?? ''}
        autoComplete="off"
        spellCheck={false}
      />
      {hint !== undefined && (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
    </TextField>
  );
});
