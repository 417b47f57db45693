import java.lang.reflect.*;
import java.util.*;

/**
 * The program that runs plain tests inside the sandbox: methods called test..., or else main, with assertions on.
 * Arguments: a number used once, and the full names of the classes.
 */
public class RoundtableTests {
    public static void main(String[] arguments) throws Exception {
        java.io.PrintStream out = System.out;
        ClassLoader loader = RoundtableTests.class.getClassLoader();
        loader.setDefaultAssertionStatus(true);
        for (String name : Arrays.copyOfRange(arguments, 1, arguments.length)) {
            Class<?> kind = Class.forName(name, false, loader);
            List<Method> tests = new ArrayList<>();
            for (Method method : kind.getDeclaredMethods())
                if (method.getName().startsWith("test") && method.getParameterCount() == 0 && !Modifier.isPrivate(method.getModifiers())) tests.add(method);
            tests.sort(Comparator.comparing(Method::getName));
            if (tests.isEmpty()) tests.add(kind.getMethod("main", String[].class));
            for (Method test : tests) {
                Throwable failure = null;
                try {
                    test.setAccessible(true);
                    boolean fixed = Modifier.isStatic(test.getModifiers());
                    Constructor<?> made = fixed ? null : kind.getDeclaredConstructor();
                    if (made != null) made.setAccessible(true);
                    test.invoke(fixed ? null : made.newInstance(), test.getName().equals("main") ? new Object[]{new String[0]} : new Object[0]);
                } catch (InvocationTargetException error) {
                    failure = error.getCause();
                } catch (Throwable error) {
                    failure = error;
                }
                String where = "";
                for (StackTraceElement frame : failure == null ? new StackTraceElement[0] : failure.getStackTrace())
                    if (where.isEmpty() && frame.getClassName().startsWith(name)) where = frame.getFileName() + ":" + frame.getLineNumber();
                String said = failure == null ? "" : failure.toString();
                out.println("\n" + arguments[0] + " {\"test\": " + quoted(name + "." + test.getName()) + ", \"outcome\": \"" + (failure == null ? "passed" : "failed")
                    + "\", \"error\": " + quoted(said.substring(0, Math.min(said.length(), 400))) + ", \"where\": " + quoted(where) + ", \"text\": \"\"}");
            }
        }
        out.println("\n" + arguments[0] + " {\"finished\": 0}");
    }

    static String quoted(String text) {
        StringBuilder to = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') to.append('\\').append(c);
            else if (c < ' ' || c > 126) to.append(String.format("\\u%04x", (int) c));
            else to.append(c);
        }
        return to.append('"').toString();
    }
}
