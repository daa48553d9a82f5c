export { ApiError as Failure, apiErrorFrom as failureFrom, Unreachable } from "./api-error";
