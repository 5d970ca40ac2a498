package dev.heed.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cache of a real, tiny program: made, used, and left aside when the program is another. */
class AotCacheTest {

  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  private static final String PROGRAM =
      "public class Program { public static void main(String[] args) throws Exception {"
          + " System.out.println(\"ready\"); System.in.read(); } }";

  @TempDir Path home;

  private Path jar;

  @BeforeEach
  void build() throws IOException {
    Path source = Files.writeString(home.resolve("Program.java"), PROGRAM);
    ToolProvider.findFirst("javac").orElseThrow().run(System.out, System.err, source.toString());
    jar = Files.createDirectories(home.resolve("jars")).resolve("program.jar");
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("Program.class"));
      Files.copy(home.resolve("Program.class"), out);
    }
  }

  private List<String> command() {
    return List.of(JAVA, "-XX:+UseSerialGC", "-cp", jar.toString(), "Program");
  }

  private AotCache cache() throws IOException {
    return new AotCache(home.resolve("aot"), "program", command(), jar.getParent());
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(home.resolve("aot"))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  /** Starts it and returns when it is ready. */
  private static Process start(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    byte[] said = process.getInputStream().readNBytes(5);
    assertEquals("ready", new String(said, StandardCharsets.UTF_8));
    return process;
  }

  private static void make(AotCache cache, List<String> command) throws Exception {
    Process recording = start(cache.recording(command));
    try {
      assertTrue(cache.make(recording.pid()));
    } finally {
      recording.destroyForcibly();
    }
  }

  @Test
  void isMadeOnceAndUsedFromThenOn() throws Exception {
    AotCache cache = cache();
    assertEquals(command(), cache.using(command()), "without a cache all is as it was");
    make(cache, command());
    assertTrue(cache().isThere());
    assertEquals(1, files().size(), "nothing else is left");
    // When: a JVM that takes no other way than by the cache
    List<String> strict = new java.util.ArrayList<>(cache.using(command()));
    strict.add(1, "-XX:AOTMode=on");
    Process process = start(strict);
    // Then
    process.getOutputStream().close();
    assertEquals(0, process.waitFor());
    assertEquals("", new String(process.getInputStream().readAllBytes()).strip(), "no noise");
  }

  @Test
  void ofAnotherBuildIsNotUsed() throws Exception {
    make(cache(), command());
    Files.write(jar.resolveSibling("one-more.jar"), new byte[] {1});
    AotCache next = cache();
    assertFalse(next.isThere());
    make(next, command());
    assertEquals(1, files().size(), "the old one is gone");
  }

  @Test
  void aProcessThatIsGoneLeavesNothing() throws Exception {
    Process gone = start(command());
    gone.destroyForcibly().waitFor();
    assertFalse(cache().make(gone.pid()));
    assertEquals(List.of(), files());
  }
}
