package dev.heed.stack;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Where the stack keeps what it has: programs under the checkout, everything else under one data
 * folder.
 *
 * @param home the checkout
 * @param data the data folder; survives {@code down}
 */
record StackFolders(Path home, Path data) {

  /** Least free space to start with, in bytes: the log, the stores and a fetched model. */
  static final long MIN_FREE_BYTES = 1L << 30;

  /** Free space under which a dead program is blamed on the disk, in bytes. */
  private static final long LOW_BYTES = 64L << 20;

  Path quarkusApp(ServiceSpec service) {
    return home.resolve("services").resolve(service.module()).resolve("target/quarkus-app");
  }

  Path localStackLibraries() {
    return home.resolve("services/local-stack/target/lib");
  }

  /** Of the build, not of the data: every stack of this checkout may use them. */
  Path aotCaches() {
    return home.resolve("target/aot");
  }

  Path log(String program) {
    return data.resolve("logs").resolve(program + ".log");
  }

  Path broker() {
    return data.resolve("broker");
  }

  Path state(Replica replica) {
    return data.resolve(replica.name());
  }

  /** While this file exists, the relay of a breakable stack lets nothing through. */
  Path cut(ServiceSpec service) {
    return data.resolve("cut").resolve(service.module());
  }

  Path models() {
    return data.resolve("models");
  }

  Path stateFile() {
    return data.resolve("stack.json");
  }

  Path lockFile() {
    return data.resolve("stack.lock");
  }

  /**
   * Makes the folders.
   *
   * @throws StackException when there is no room or no right to write
   */
  void prepare() {
    try {
      Files.createDirectories(data.resolve("logs"));
      Files.createDirectories(models());
      long free = Files.getFileStore(data).getUsableSpace();
      if (free < MIN_FREE_BYTES) {
        throw new StackException(
            "only %d MB are free in %s; Heed needs %d MB. Free some space or give another folder with --data."
                .formatted(free >> 20, data, MIN_FREE_BYTES >> 20));
      }
    } catch (IOException e) {
      throw new StackException(
          "cannot write the data folder "
              + data
              + ": "
              + e.getMessage()
              + ". Give another with --data.");
    }
  }

  /** Takes a cut away that an earlier run left. */
  void mend(ServiceSpec service) {
    try {
      Files.createDirectories(cut(service).getParent());
      Files.deleteIfExists(cut(service));
    } catch (IOException e) {
      throw new StackException("cannot write " + cut(service) + ": " + e.getMessage());
    }
  }

  /** Whether there is no room to go on with; a disk that cannot be asked is not full. */
  boolean areFull() {
    try {
      return Files.getFileStore(data).getUsableSpace() < LOW_BYTES;
    } catch (IOException e) {
      return false;
    }
  }

  /** Says so when a program may have died for want of room. */
  void warnWhenFull(PrintStream out) {
    try {
      long free = Files.getFileStore(data).getUsableSpace();
      if (free < LOW_BYTES) {
        out.printf(
            "  the disk is full: %d MB are free in %s; free some space and Heed goes on by"
                + " itself%n",
            free >> 20, data);
      }
    } catch (IOException e) {
      out.println("  cannot read the free space of " + data);
    }
  }

  /** The secret behind pseudonyms and sessions: made once, readable by its owner only. */
  String identitySecret() {
    return secret("identity.secret");
  }

  /** What opens the operators' pages: made once, readable by its owner only. */
  String operatorKey() {
    return secret("operator.key");
  }

  private String secret(String name) {
    Path file = data.resolve(name);
    try {
      if (!Files.exists(file)) {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        var ownerOnly = PosixFilePermissions.fromString("rw-------");
        Files.createFile(file, PosixFilePermissions.asFileAttribute(ownerOnly));
        Files.writeString(
            file, HexFormat.of().formatHex(bytes), StandardOpenOption.TRUNCATE_EXISTING);
      }
      return Files.readString(file, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new StackException("cannot keep a secret in " + file + ": " + e.getMessage());
    }
  }
}
