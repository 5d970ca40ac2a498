package dev.heed.inference.importing;

import java.io.IOException;

/** A GGUF file that cannot be read: says which field, at which byte of the file, and why. */
public final class GgufException extends IOException {

  private static final long serialVersionUID = 1L;

  private final String field;
  private final long offset;

  /**
   * @param field the field's name, as the GGUF specification or the file calls it
   * @param offset byte of the file where the field (or what it points to) begins
   * @param reason what is wrong with it
   */
  public GgufException(String field, long offset, String reason) {
    super("GGUF field '" + field + "' at byte " + offset + ": " + reason);
    this.field = field;
    this.offset = offset;
  }

  /** The field's name. */
  public String field() {
    return field;
  }

  /** Byte of the file where the field begins. */
  public long offset() {
    return offset;
  }
}
