import type { Person } from './device.ts';
import type { Random } from './random.ts';

export const REALM = 'ACMECORP.COM';
export const NT_DOMAIN = 'ACME';

const FIRST_NAMES = (
  'adam aisha alex amelie anna ben carla chen clara daniel david elena emil emma eva fatima felix finn ' +
  'greta hannah ida igor ines jan jonas julia kai karim lara lea leon lina luca maria max mia mila moritz ' +
  'nadia noah nora olga oskar paul priya robin sara sofia tariq theo tim tom vera yuki zoe'
).split(' ');
const INITIALS = 'a b c d e f g h i j k l m n o p r s t v w z'.split(' ');

/** The people who work here, `sarah.k` first; accounts are first name and initial. */
export function inventPeople(random: Random, count: number): readonly Person[] {
  const accounts = FIRST_NAMES.flatMap((name) => INITIALS.map((initial) => `${name}.${initial}`));
  const shuffled = random.shuffled(accounts);
  return Array.from({ length: count }, (_, index) => {
    if (index === 0) return { account: 'sarah.k', administrator: false };
    const round = Math.floor(index / shuffled.length);
    const account = shuffled[index % shuffled.length] ?? '';
    return { account: round === 0 ? account : `${account}${round + 1}`, administrator: index % 20 === 1 };
  });
}
