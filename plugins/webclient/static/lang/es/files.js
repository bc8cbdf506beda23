// Attached files and pictures.

export const files = {
  "file.download": "Descargar {name}",
  "file.save": "Descargar",
  "file.show": "Mostrar {name}",
  "lightbox.before": "Imagen anterior",
  "lightbox.next": "Imagen siguiente",
  "lightbox.place": "{at} de {count}",
  "upload.attach": "Adjuntar archivos",
  "upload.done": "{name} se ha subido.",
  "upload.drop": "Suelta archivos aquí para adjuntarlos",
  "upload.label": "Archivos adjuntos",
  "upload.most": { one: "Un mensaje puede tener {count} archivo como máximo.", other: "Un mensaje puede tener {count} archivos como máximo." },
  "upload.off": "Los archivos están desactivados en este servidor.",
  "upload.progress": "Subiendo {name}",
  "upload.remove": "Quitar {name}",
  "upload.too_large": "Demasiado grande (máximo {size}).",
  "upload.unreached": "No se ha subido: no se puede llegar al servidor.",
  "upload.wait": "Los archivos aún se están subiendo.",
};
