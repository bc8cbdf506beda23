// Attached files and pictures.

export const files = {
  "file.download": "{name} herunterladen",
  "file.save": "Herunterladen",
  "file.show": "{name} anzeigen",
  "lightbox.before": "Voriges Bild",
  "lightbox.next": "Nächstes Bild",
  "lightbox.place": "{at} von {count}",
  "upload.attach": "Dateien anhängen",
  "upload.done": "{name} ist hochgeladen.",
  "upload.drop": "Dateien hier ablegen, um sie anzuhängen",
  "upload.label": "Angehängte Dateien",
  "upload.most": { one: "Eine Nachricht kann höchstens {count} Datei haben.", other: "Eine Nachricht kann höchstens {count} Dateien haben." },
  "upload.off": "Dateien sind auf diesem Server abgeschaltet.",
  "upload.progress": "{name} wird hochgeladen",
  "upload.remove": "{name} entfernen",
  "upload.too_large": "Zu groß (höchstens {size}).",
  "upload.unreached": "Nicht hochgeladen: Der Server ist nicht erreichbar.",
  "upload.wait": "Die Dateien werden noch hochgeladen.",
};
