export { type AnchorFile, readAnchorFile } from './anchor-file.ts';
export {
  believe,
  believing,
  importAnchors,
  importRevocations,
  listAnchors,
  removeAnchor,
} from './anchors.ts';
export { AUTHORITY, AuthorityPlace } from './authority-files.ts';
export { deviceDoors } from './device-doors.ts';
export { EnrolmentWords } from './enrolment-words.ts';
export type { IdentityOperations } from './operations.ts';
