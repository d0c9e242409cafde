package io.poolwright.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Reads the shipped logback.xml into a context of its own and looks at what comes out. */
class LoggingTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @Test
  void aLineIsOneJsonObjectThatNamesTheResource() throws Exception {
    LoggerContext context = context("INFO");
    Logger log = context.getLogger("io.poolwright.reconcile.TaskReconciler");
    context.getMDCAdapter().put("resource.kind", "Task");
    context.getMDCAdapter().put("resource.namespace", "batch");
    context.getMDCAdapter().put("resource.name", "render-\"1\"");

    log.atInfo()
        .addKeyValue("attempt", 2)
        .addKeyValue("text", "two\nlines")
        .log("Attempt {} of {} was let go", 2, "render");
    log.error("It failed", new IllegalStateException("why\tnot", new RuntimeException("cause")));

    List<JsonNode> lines = lines();
    assertThat(lines).hasSize(2);
    JsonNode first = lines.getFirst();
    assertThat(first.path("level").asText()).isEqualTo("INFO");
    assertThat(first.path("loggerName").asText())
        .isEqualTo("io.poolwright.reconcile.TaskReconciler");
    assertThat(first.path("timestamp").asLong()).isPositive();
    assertThat(first.path("formattedMessage").asText()).isEqualTo("Attempt 2 of render was let go");
    assertThat(JSON.convertValue(first.path("mdc"), new TypeReference<Map<String, String>>() {}))
        .isEqualTo(
            Map.of(
                "resource.kind", "Task",
                "resource.namespace", "batch",
                "resource.name", "render-\"1\""));
    assertThat(first.path("kvpList").findValuesAsText("attempt")).containsExactly("2");
    assertThat(first.path("kvpList").findValuesAsText("text")).containsExactly("two\nlines");
    JsonNode throwable = lines.getLast().path("throwable");
    assertThat(throwable.path("message").asText()).isEqualTo("why\tnot");
    assertThat(throwable.path("cause").path("message").asText()).isEqualTo("cause");
  }

  @Test
  void theVariableSetsOnlyOurOwnLevel() throws Exception {
    LoggerContext context = context("DEBUG");

    assertThat(level(context, "io.poolwright.main.OperatorMain")).isEqualTo(Level.DEBUG);
    assertThat(level(context, "io.fabric8.kubernetes.client.dsl.internal.OperationSupport"))
        .isEqualTo(Level.WARN);
    assertThat(level(context, "io.javaoperatorsdk.operator.Operator")).isEqualTo(Level.INFO);
    assertThat(level(context, "io.netty.channel.nio.NioEventLoop")).isEqualTo(Level.WARN);
    assertThat(level(context, "io.vertx.core.impl.ContextImpl")).isEqualTo(Level.WARN);
    assertThat(level(context, "org.other")).isEqualTo(Level.INFO);
  }

  @Test
  void everyLevelOfTheConfigurationIsOneThatTheLoggerKnows() {
    assertThat(Stream.of(LogLevel.values()).map(l -> Level.toLevel(l.name(), Level.OFF)))
        .doesNotContain(Level.OFF)
        .doesNotHaveDuplicates();
  }

  private LoggerContext context(String level) throws Exception {
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    context.putProperty("POOLWRIGHT_LOG_LEVEL", level);
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(LoggingTest.class.getResource("/logback.xml"));
    OutputStreamAppender<ILoggingEvent> appender =
        (OutputStreamAppender<ILoggingEvent>)
            context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("stdout");
    appender.setOutputStream(out);
    return context;
  }

  private static Level level(LoggerContext context, String logger) {
    return context.getLogger(logger).getEffectiveLevel();
  }

  private List<JsonNode> lines() throws Exception {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : out.toString(UTF_8).lines().toList()) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }
}
