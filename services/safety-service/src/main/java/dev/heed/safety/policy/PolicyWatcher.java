package dev.heed.safety.policy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A policy file that may change while the service runs. A new version that is valid replaces the
 * old one as a whole; of one that is not, the last good version stays. Compares contents, not
 * times: a mounted ConfigMap changes by a symbolic link.
 */
public final class PolicyWatcher {

  private final Path file;
  private final Consumer<PolicyException> rejected;
  private volatile PolicySet current;
  private byte[] seen;

  /**
   * Reads the file.
   *
   * @param rejected told once of each version that is not valid
   * @throws PolicyException when the first version is not valid: there is no last good one
   */
  public PolicyWatcher(Path file, Consumer<PolicyException> rejected) {
    this.file = file;
    this.rejected = rejected;
    this.seen = bytes();
    this.current = PolicyFile.read(file);
  }

  /** The last good version. */
  public PolicySet current() {
    return current;
  }

  /** Looks at the file; true when a new version is in force. */
  public synchronized boolean poll() {
    byte[] now = bytes();
    if (Arrays.equals(now, seen)) {
      return false;
    }
    seen = now;
    try {
      current = PolicyFile.read(file);
      return true;
    } catch (PolicyException e) {
      rejected.accept(e);
      return false;
    }
  }

  /** Empty when the file cannot be read, which is a version that is not valid. */
  private byte[] bytes() {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      return new byte[0];
    }
  }
}
