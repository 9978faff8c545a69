// Two fingers on a touchpad, which no X server without a screen has: a GTK module (GTK_MODULES) inside the real app that gives
// its web view the events of one pinch, to twice the size, whenever the process gets SIGUSR2. Not here: what comes of it.

#include <glib-unix.h>
#include <gtk/gtk.h>
#include <string.h>

static GtkWidget *find(GtkWidget *widget) {
	for (GType type = G_OBJECT_TYPE(widget); type; type = g_type_parent(type))
		if (strcmp(g_type_name(type), "WebKitWebView") == 0) return widget;
	if (!GTK_IS_CONTAINER(widget)) return NULL;
	GtkWidget *found = NULL;
	GList *children = gtk_container_get_children(GTK_CONTAINER(widget));
	for (GList *child = children; child && !found; child = child->next) found = find(child->data);
	g_list_free(children);
	return found;
}

static void step(GtkWidget *view, gint8 phase, gdouble scale) {
	GdkEvent *event = gdk_event_new(GDK_TOUCHPAD_PINCH);
	GdkEventTouchpadPinch *pinch = &event->touchpad_pinch;
	pinch->window = g_object_ref(gtk_widget_get_window(view));
	pinch->phase = phase;
	pinch->n_fingers = 2;
	pinch->time = (guint32)(g_get_monotonic_time() / 1000);
	pinch->x = gtk_widget_get_allocated_width(view) / 4.0;
	pinch->y = gtk_widget_get_allocated_height(view) / 2.0;
	pinch->scale = scale;
	gdk_event_set_device(event, gdk_seat_get_pointer(gdk_display_get_default_seat(gdk_display_get_default())));
	gtk_main_do_event(event);
	gdk_event_free(event);
}

static gboolean pinch(gpointer none) {
	(void)none;
	GList *windows = gtk_window_list_toplevels();
	for (GList *window = windows; window; window = window->next) {
		GtkWidget *view = find(window->data);
		if (!view) continue;
		step(view, GDK_TOUCHPAD_GESTURE_PHASE_BEGIN, 1);
		for (int at = 1; at <= 10; at++) step(view, GDK_TOUCHPAD_GESTURE_PHASE_UPDATE, 1 + at / 10.0);
		// As Wayland ends it: with a scale that means nothing.
		step(view, GDK_TOUCHPAD_GESTURE_PHASE_END, 1);
	}
	g_list_free(windows);
	return G_SOURCE_CONTINUE;
}

G_MODULE_EXPORT void gtk_module_init(gint *count, gchar ***words) {
	(void)count, (void)words;
	// The processes of WebKit load it as well, and have no use for it.
	if (g_str_has_prefix(g_get_prgname() ? g_get_prgname() : "", "WebKit")) return;
	g_unix_signal_add(SIGUSR2, pinch, NULL);
}
