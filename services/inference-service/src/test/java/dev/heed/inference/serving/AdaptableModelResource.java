package dev.heed.inference.serving;

import dev.heed.inference.importing.AdaptableModel;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Map;

/** Lets the application serve a small model that takes adapters. */
public final class AdaptableModelResource implements QuarkusTestResourceLifecycleManager {

  @Override
  public Map<String, String> start() {
    try {
      var folder = AdaptableModel.importInto(Files.createTempDirectory("heed-adaptable"));
      return Map.of("heed.inference.model", folder.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {}
}
