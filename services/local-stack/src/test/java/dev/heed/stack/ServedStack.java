package dev.heed.stack;

import java.io.IOException;
import java.util.Optional;

/** Where the page is served: HEED_URL when one runs already, else a stack of the test's own. */
final class ServedStack implements AutoCloseable {

  private final Optional<Stack> own;
  private final String url;

  ServedStack() throws IOException, InterruptedException {
    String given = System.getenv("HEED_URL");
    own =
        given == null ? Optional.of(Stack.inNewFolder().withMatcherOnly().up()) : Optional.empty();
    url = own.map(Stack::url).orElse(given);
  }

  String url() {
    return url;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    if (own.isPresent()) {
      own.get().close();
    }
  }
}
