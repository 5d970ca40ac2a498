package dev.heed.schemas.logging;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.util.Map;
import org.jboss.logmanager.formatters.StructuredFormatter;

/**
 * Log records as one JSON object a line, with the field names of JBoss' own JSON formatter ({@code
 * timestamp}, {@code level}, {@code loggerName}, {@code message}, {@code mdc}, {@code stackTrace}
 * ...). That one cannot be used: in a packaged service it does not see the JSON library.
 */
public final class JsonLines extends StructuredFormatter {

  private static final JsonFactory JSON = new JsonFactory();

  /** Stack traces are one field. */
  public JsonLines() {
    setExceptionOutputType(ExceptionOutputType.FORMATTED);
  }

  @Override
  protected Generator createGenerator(Writer writer) throws IOException {
    return new Fields(JSON.createGenerator(writer));
  }

  private record Fields(JsonGenerator json) implements Generator {

    @Override
    public Generator begin() throws IOException {
      json.writeStartObject();
      return this;
    }

    @Override
    public Generator add(String key, int value) throws IOException {
      json.writeNumberField(key, value);
      return this;
    }

    @Override
    public Generator add(String key, long value) throws IOException {
      json.writeNumberField(key, value);
      return this;
    }

    @Override
    public Generator add(String key, String value) throws IOException {
      json.writeStringField(key, value);
      return this;
    }

    @Override
    public Generator add(String key, Map<String, ?> value) throws IOException {
      startObject(key);
      if (value != null) {
        for (var entry : value.entrySet()) {
          json.writeStringField(entry.getKey(), String.valueOf(entry.getValue()));
        }
      }
      return endObject();
    }

    @Override
    public Generator startObject(String key) throws IOException {
      if (key == null) {
        json.writeStartObject();
      } else {
        json.writeObjectFieldStart(key);
      }
      return this;
    }

    @Override
    public Generator endObject() throws IOException {
      json.writeEndObject();
      return this;
    }

    @Override
    public Generator startArray(String key) throws IOException {
      json.writeArrayFieldStart(key);
      return this;
    }

    @Override
    public Generator endArray() throws IOException {
      json.writeEndArray();
      return this;
    }

    @Override
    public Generator end() throws IOException {
      json.writeEndObject();
      json.flush();
      return this;
    }
  }
}
