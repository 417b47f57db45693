import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Tries one thing that a sandbox must not allow. Arguments: what to try, and on what. */
public class Attacker {
    public static void main(String[] arguments) throws Exception {
        String on = arguments[1];
        switch (arguments[0]) {
            case "connect" -> {
                new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(on));
                System.out.println("ESCAPED");
            }
            case "read" -> System.out.println(Files.readString(Path.of(on)));
            case "write" -> Files.writeString(Path.of(on), "ESCAPED");
            case "forks" -> forks(Integer.parseInt(on));
            case "memory" -> memory(Integer.parseInt(on));
            case "loop" -> {
                while (true) {}
            }
            case "sleep" -> {
                Thread.sleep(1000L * Integer.parseInt(on));
                System.out.println("ESCAPED");
            }
            case "output" -> {
                String megabyte = "x".repeat(1 << 20);
                for (int number = 0; number < Integer.parseInt(on); number++) System.out.print(megabyte);
            }
            case "environment" -> environment();
            case "fill" -> {
                for (int number = 0; number < 20; number++) Files.write(Path.of(on, "" + number), new byte[15 << 20]);
                System.out.println("ESCAPED");
            }
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    static void forks(int count) throws IOException {
        for (int number = 1; number <= count; number++) {
            new ProcessBuilder("sleep", "30").start();
            System.out.println(number);
        }
    }

    static void memory(int megabytes) {
        List<byte[]> kept = new ArrayList<>();
        for (int number = 0; number < megabytes; number++) kept.add(new byte[1 << 20]);
        System.out.println("ESCAPED " + kept.size());
    }

    static void environment() throws IOException {
        System.out.println(System.getenv());
        try (var folders = Files.list(Path.of("/proc"))) {
            for (Path folder : folders.filter(path -> path.getFileName().toString().matches("\\d+")).toList()) {
                try {
                    System.out.println(Files.readString(folder.resolve("environ")));
                } catch (IOException notOurs) {
                    System.out.println("not ours");
                }
            }
        }
    }
}
