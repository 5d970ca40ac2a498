package dev.heed.learning.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;

/**
 * The secret of a data set's names. It lies beside the data set and not in it, so that a copy of
 * the data set does not carry it; who deletes it cuts the last tie to people.
 */
public final class DatasetKey {

  private static final int LENGTH = 32;

  private DatasetKey() {}

  /**
   * The key in a file; made at the first use.
   *
   * @throws DatasetException when the file is damaged
   */
  public static byte[] in(Path file) throws IOException {
    return in(file, new Disk());
  }

  static byte[] in(Path file, Disk disk) throws IOException {
    if (!Files.exists(file)) {
      byte[] key = new byte[LENGTH];
      new SecureRandom().nextBytes(key);
      Path folder = file.toAbsolutePath().getParent();
      Files.createDirectories(folder);
      Path fresh = folder.resolve(file.getFileName() + ".new");
      Files.deleteIfExists(fresh);
      Files.createFile(
          fresh,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      disk.write(fresh, 0, key);
      disk.rename(fresh, file);
      disk.syncFolder(folder);
    }
    byte[] key = Files.readAllBytes(file);
    if (key.length != LENGTH) {
      throw new DatasetException("the data set's key in " + file + " is damaged");
    }
    return key;
  }
}
