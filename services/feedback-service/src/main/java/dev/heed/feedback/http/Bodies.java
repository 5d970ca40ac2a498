package dev.heed.feedback.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import dev.heed.feedback.config.FeedbackConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads request bodies, strictly and within bounds. */
@ApplicationScoped
public class Bodies {

  private static final int MAX_DEPTH = 8;

  private final JsonMapper mapper;
  private final int limit;

  Bodies(FeedbackConfig config) {
    this.limit = Math.toIntExact(config.maxBody().asLongValue());
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    this.mapper =
        JsonMapper.builder(factory)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .withCoercionConfig(
                LogicalType.Textual,
                c ->
                    c.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .build();
  }

  /**
   * The request in a body.
   *
   * @throws Problem 400, 413 or 422
   */
  FeedbackRequest read(InputStream body) throws IOException {
    return read(body, FeedbackRequest.class);
  }

  /** The same, for another kind of request. */
  <T> T read(InputStream body, Class<T> type) throws IOException {
    byte[] bytes = body.readNBytes(limit + 1);
    if (bytes.length > limit) {
      throw Problem.tooLarge(limit);
    }
    try {
      // Jackson takes some malformed UTF-8 for characters; the decoder does not.
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      T request = mapper.readValue(text, type);
      if (request == null) {
        throw Problem.badJson();
      }
      return request;
    } catch (UnrecognizedPropertyException e) {
      throw Problem.invalid(List.of(new FieldError(field(e), "is not a field of this request")));
    } catch (MismatchedInputException e) {
      if (e.getPath().isEmpty()) {
        throw Problem.badJson();
      }
      throw Problem.invalid(List.of(new FieldError(field(e), "is of the wrong type")));
    } catch (JsonMappingException e) {
      // A number that is too large for its field is JSON all the same.
      if (e.getCause() instanceof InputCoercionException) {
        throw Problem.invalid(List.of(new FieldError(field(e), "is out of range")));
      }
      throw Problem.badJson();
    } catch (JsonProcessingException | CharacterCodingException e) {
      throw Problem.badJson();
    }
  }

  private static String field(JsonMappingException e) {
    StringBuilder path = new StringBuilder();
    for (var part : e.getPath()) {
      if (part.getFieldName() != null) {
        path.append(path.isEmpty() ? "" : ".").append(part.getFieldName());
      }
    }
    return path.toString();
  }
}
