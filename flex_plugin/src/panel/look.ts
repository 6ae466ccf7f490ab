import { styled } from '@twilio/flex-ui';

import { background, border, text } from './tokens';

export const Region = styled.section`
  box-sizing: border-box;
  width: 100%;
  padding: 0 0 1rem;
  color: ${text('colorText')};
  background: ${background('colorBackgroundBody')};
  font-size: 0.875rem;
  line-height: 1.25rem;
  overflow-wrap: anywhere;
`;

export const Title = styled.h3`
  margin: 0 0 0.5rem;
  font-size: 1.125rem;
  line-height: 1.5rem;
  font-weight: 600;
`;

export const Subtitle = styled.h4`
  margin: 1rem 0 0.25rem;
  font-size: 0.875rem;
  line-height: 1.25rem;
  font-weight: 600;
`;

export const Badges = styled.ul`
  display: flex;
  flex-wrap: wrap;
  gap: 0.25rem 0.5rem;
  margin: 0 0 0.75rem;
  padding: 0;
  list-style: none;
`;

export const Facts = styled.dl`
  && {
    font-size: inherit;
  }
  display: grid;
  grid-template-columns: minmax(5rem, 2fr) 3fr;
  gap: 0.25rem 0.75rem;
  margin: 0;
`;

// Doubled, since Flex styles the paragraphs and lists of its own text from outside.
export const Term = styled.dt`
  && {
    font-size: inherit;
  }
  color: ${text('colorText')};
`;

export const Value = styled.dd`
  && {
    font-size: inherit;
  }
  margin: 0;
  font-weight: 600;
`;

export const Aside = styled.div`
  margin: 0.5rem 0 0;
`;

export const Warning = styled.div`
  margin: 0.75rem 0;
  padding: 0.5rem 0.75rem;
  border-left: 4px solid ${border('colorBorderWarning')};
  background: ${background('colorBackgroundWarningWeakest')};
  color: ${text('colorText')};
`;
