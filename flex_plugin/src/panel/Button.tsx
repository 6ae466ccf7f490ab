import { styled } from '@twilio/flex-ui';

import { background, border, text, token } from './tokens';

const Plain = styled.button`
  box-sizing: border-box;
  min-height: 2.25rem;
  padding: 0.25rem 0.75rem;
  border: 1px solid transparent;
  border-radius: 4px;
  font: inherit;
  font-weight: 600;
  cursor: pointer;
  &:focus-visible {
    outline: none;
    box-shadow: ${token('boxShadows', 'shadowFocus')};
  }
  &:disabled {
    cursor: not-allowed;
  }
`;

export const PrimaryButton = styled(Plain)`
  background: ${background('colorBackgroundPrimary')};
  color: ${text('colorTextInverse')};
  &:hover:not(:disabled) {
    text-decoration: underline;
  }
  &:disabled {
    background: ${background('colorBackgroundStrong')};
    color: ${text('colorText')};
  }
`;

export const SecondaryButton = styled(Plain)`
  border-color: ${border('colorBorder')};
  background: ${background('colorBackgroundBody')};
  color: ${text('colorText')};
  &:hover:not(:disabled) {
    background: ${background('colorBackground')};
  }
  &&[aria-pressed='true'] {
    border-color: ${border('colorBorderPrimary')};
    background: ${background('colorBackgroundPrimaryWeaker')};
  }
`;
