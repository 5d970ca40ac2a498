package dev.heed.inference.releases;

import dev.heed.inference.runtime.AdapterFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Reads released bytes, and only those whose SHA-256 is the one that was announced. */
public final class Artifacts {

  private Artifacts() {}

  /** Why bytes are not used; no path and no text of anyone in it. */
  public static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final String code;

    Refused(String code, Throwable cause) {
      super(code, cause);
      this.code = code;
    }

    /** A stable code: {@code unreadable}, {@code other_hash} or {@code other_place}. */
    public String code() {
      return code;
    }
  }

  /**
   * Reads a file.
   *
   * @param uri {@code file:...}
   * @param sha256 of the bytes, lower-case hexadecimal
   */
  public static byte[] read(String uri, String sha256) throws Refused {
    byte[] bytes;
    try {
      URI place = URI.create(uri);
      if (!"file".equals(place.getScheme())) {
        throw new Refused("other_place", null);
      }
      bytes = AdapterFile.bytes(Path.of(place));
    } catch (IOException | RuntimeException e) {
      throw new Refused("unreadable", e);
    }
    if (!hash(bytes).equals(sha256)) {
      throw new Refused("other_hash", null);
    }
    return bytes;
  }

  private static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
