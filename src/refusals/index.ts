export { OperationError } from './operation-error.ts';
export { instant, instantIn, invalid, needed, neededReason, operatorName, optionalReason } from './said.ts';
export { nearestWord, suggestion } from './spelling.ts';
