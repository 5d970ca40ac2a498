package dev.heed.stack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One program's AOT cache (JEP 483 and 515): its classes read and linked, and what was found hot,
 * once after a build and not at every start. The cache is named by the digest of the JVM, its flags
 * and the program's jars, so one of another build is never looked at.
 */
final class AotCache {

  private static final long RECORDING_END_SECONDS = 180;
  private static final long CREATION_SECONDS = 300;
  private static final int DIGEST_CHARACTERS = 16;
  private static final Path NICE = Path.of("/usr/bin/nice");

  private final Path folder;
  private final String program;
  private final List<String> jvm;
  private final Path cache;
  private final Path configuration;

  /**
   * @param folder of the caches of this checkout
   * @param program its name
   * @param jvm the JVM, its flags and what it runs, without the program's own arguments
   * @param jars the folder under which the program's jars lie
   */
  AotCache(Path folder, String program, List<String> jvm, Path jars) throws IOException {
    Files.createDirectories(folder);
    this.folder = folder;
    this.program = program;
    this.jvm = List.copyOf(jvm);
    String name = program + "-" + digest(jvm, jars);
    this.cache = folder.resolve(name + ".aot");
    // Two stacks of one checkout may record at the same time.
    this.configuration = folder.resolve(name + "." + ProcessHandle.current().pid() + ".aotconf");
  }

  private static String digest(List<String> jvm, Path jars) throws IOException {
    try (Stream<Path> files = Files.walk(jars)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      add(digest, System.getProperty("java.vm.version"));
      jvm.forEach(part -> add(digest, part));
      for (Path file : files.filter(path -> path.toString().endsWith(".jar")).sorted().toList()) {
        add(digest, file.toString());
        add(digest, Files.getLastModifiedTime(file) + " " + Files.size(file));
      }
      return HexFormat.of().formatHex(digest.digest()).substring(0, DIGEST_CHARACTERS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static void add(MessageDigest digest, String part) {
    digest.update((part + "\n").getBytes(StandardCharsets.UTF_8));
  }

  boolean isThere() {
    return Files.isRegularFile(cache);
  }

  /** The command with the cache, when there is one; without it as it is. */
  List<String> using(List<String> command) {
    return isThere()
        ? with(command, "-XX:AOTCache=" + cache, "-Xlog:aot=off", "-Xlog:cds=off")
        : command;
  }

  /** The command so that it records what a cache is made of; with the least priority. */
  List<String> recording(List<String> command) {
    List<String> recording = new ArrayList<>(niced());
    recording.addAll(with(command, "-XX:AOTMode=record", "-XX:AOTConfiguration=" + configuration));
    return recording;
  }

  private static List<String> with(List<String> command, String... flags) {
    List<String> full = new ArrayList<>(command);
    full.addAll(1, List.of(flags));
    return full;
  }

  private static List<String> niced() {
    return Files.isExecutable(NICE) ? List.of(NICE.toString(), "-n", "19") : List.of();
  }

  /**
   * Makes the cache from what a running program has recorded so far. The program stands still
   * meanwhile for some seconds, so it must be one that serves nobody.
   *
   * @return false when that failed, which leaves everything as it was
   */
  boolean make(long pid) throws InterruptedException {
    Path next = configuration.resolveSibling(configuration.getFileName() + ".aot");
    String jcmd = Path.of(jvm.getFirst()).resolveSibling("jcmd").toString();
    try {
      boolean made =
          run(List.of(jcmd, Long.toString(pid), "AOT.end_recording"), RECORDING_END_SECONDS)
              && Files.isRegularFile(configuration)
              && run(creation(next), CREATION_SECONDS);
      if (made) {
        forgetOthers();
        Files.move(next, cache, StandardCopyOption.ATOMIC_MOVE);
      }
      return made;
    } catch (IOException e) {
      return false;
    } finally {
      delete(configuration);
      delete(next);
    }
  }

  private List<String> creation(Path next) {
    List<String> creation = new ArrayList<>(niced());
    creation.addAll(
        with(
            jvm,
            "-XX:AOTMode=create",
            "-XX:AOTConfiguration=" + configuration,
            "-XX:AOTCache=" + next));
    return creation;
  }

  private static boolean run(List<String> command, long seconds)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      return process.waitFor(seconds, TimeUnit.SECONDS) && process.exitValue() == 0;
    } finally {
      process.destroyForcibly();
    }
  }

  /** Caches of earlier builds. */
  private void forgetOthers() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      files
          .filter(file -> file.getFileName().toString().matches(program + "-[0-9a-f]{16}\\.aot"))
          .forEach(AotCache::delete);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // A file too many, of no harm.
    }
  }
}
