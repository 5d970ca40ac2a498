package dev.heed.safety.flow;

/** Why a record went to the dead letters; the message holds nothing that a person wrote. */
final class UnprocessableRecordException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnprocessableRecordException(String reason) {
    super(reason);
  }
}
