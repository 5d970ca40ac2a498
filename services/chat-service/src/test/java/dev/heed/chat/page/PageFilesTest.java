package dev.heed.chat.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page's files fit together, and to the content security policy, without a build step. */
class PageFilesTest {

  private static final String ROOT = "META-INF/resources";
  private static final Pattern ABSOLUTE =
      Pattern.compile("(?:src|href|from|import)[ =]*['\"](/[^'\"#]+)['\"]");
  private static final Pattern RELATIVE = Pattern.compile("(?:from|import\\()\\s*'(\\.[^']+)'");
  private static final int MAX_BYTES = 100_000;

  @Test
  void everyFileThatAFileNamesIsServed() {
    List<Path> files = files();
    assertTrue(files.size() > 10, files::toString);
    for (Path file : files) {
      String text = read(file);
      for (String path : groups(ABSOLUTE, text)) {
        assertNotNull(
            getClass().getClassLoader().getResource(ROOT + path), () -> file + " names " + path);
      }
      for (String path : groups(RELATIVE, text)) {
        assertTrue(
            Files.exists(file.resolveSibling(path).normalize()), () -> file + " names " + path);
      }
    }
  }

  @Test
  void theLibrariesAreNamedOnceAndFound() {
    // Given
    List<String> webjars =
        files().stream()
            .flatMap(f -> groups(ABSOLUTE, read(f)).stream())
            .filter(p -> p.startsWith("/webjars/"))
            .toList();
    // Then
    assertEquals(2, webjars.size(), webjars::toString);
  }

  @Test
  void nothingIsInline() {
    for (Path file : files()) {
      String text = read(file);
      if (file.toString().endsWith(".html")) {
        assertFalse(
            Pattern.compile("<script(?![^>]*\\ssrc=)|<style|\\sstyle=|\\son\\w+=")
                .matcher(text)
                .find(),
            file::toString);
      }
      assertFalse(
          Pattern.compile("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|\\beval\\(")
              .matcher(text)
              .find(),
          file::toString);
    }
  }

  @Test
  void thePageStaysSmall() {
    long bytes = files().stream().mapToLong(f -> read(f).length()).sum();
    assertTrue(bytes < MAX_BYTES, () -> bytes + " bytes");
  }

  private static List<String> groups(Pattern pattern, String text) {
    return pattern.matcher(text).results().map((MatchResult r) -> r.group(1)).toList();
  }

  private List<Path> files() {
    try (Stream<Path> walk =
        Files.walk(
            Path.of(getClass().getClassLoader().getResource(ROOT + "/js/main.js").toURI())
                .getParent()
                .getParent())) {
      return walk.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
